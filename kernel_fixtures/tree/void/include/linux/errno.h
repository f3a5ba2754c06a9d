/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

#define EPERM		1
#define ENOENT		2
#define ESRCH		3
#define EIO		5
#define EAGAIN		11
#define ENOMEM		12
#define EFAULT		14
#define EBUSY		16
#define ENODEV		19
#define EINVAL		22
#define ENOSPC		28
#define EDEADLK		35
#define ENODATA		61
#define ETIME		62
#define EOVERFLOW	75
#define ESHUTDOWN	108
#define ETIMEDOUT	110
#define ECANCELED	125
#define EHWPOISON	133
#define ERESTARTSYS	512

#endif
