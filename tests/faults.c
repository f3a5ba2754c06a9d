// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults FIRST LAST WHAT REPORT COMMAND...: run a command, and let its writes number FIRST to LAST fail.
 *
 * Counted are the system calls that change a file, of the command and all that it starts: opening for writing,
 * writing, renaming, making folders and links, changing modes and sizes. WHAT is the number of an error, or, negative,
 * that of a signal which the command gets right before its write FIRST. REPORT gets a line for each: number, call, path.
 * Seccomp asks us about them, so nothing can pass by: no library, no language, no environment.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Which argument has the path or the descriptor, and, for those that open, the flags. */
enum kind { PATH, DESCRIPTOR, OPEN };
static const struct call {
	const char *name;
	int number;
	enum kind kind;
	int argument;
	int flags;
} calls[] = {
#ifdef SYS_open
	{ "open", SYS_open, OPEN, 0, 1 },
	{ "creat", SYS_creat, PATH, 0, 0 },
	{ "rename", SYS_rename, PATH, 1, 0 },
	{ "mkdir", SYS_mkdir, PATH, 0, 0 },
	{ "link", SYS_link, PATH, 1, 0 },
	{ "symlink", SYS_symlink, PATH, 1, 0 },
	{ "chmod", SYS_chmod, PATH, 0, 0 },
	{ "renameat", SYS_renameat, PATH, 3, 0 },
#endif
	{ "openat", SYS_openat, OPEN, 1, 2 },
	{ "write", SYS_write, DESCRIPTOR, 0, 0 },
	{ "writev", SYS_writev, DESCRIPTOR, 0, 0 },
	{ "pwrite64", SYS_pwrite64, DESCRIPTOR, 0, 0 },
	{ "ftruncate", SYS_ftruncate, DESCRIPTOR, 0, 0 },
	{ "fallocate", SYS_fallocate, DESCRIPTOR, 0, 0 },
	{ "sendfile", SYS_sendfile, DESCRIPTOR, 0, 0 },
	{ "copy_file_range", SYS_copy_file_range, DESCRIPTOR, 2, 0 },
	{ "fchmod", SYS_fchmod, DESCRIPTOR, 0, 0 },
	{ "renameat2", SYS_renameat2, PATH, 3, 0 },
	{ "mkdirat", SYS_mkdirat, PATH, 1, 0 },
	{ "linkat", SYS_linkat, PATH, 3, 0 },
	{ "symlinkat", SYS_symlinkat, PATH, 2, 0 },
	{ "fchmodat", SYS_fchmodat, PATH, 1, 0 },
};

static void check(long result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(99);
	}
}

/* In the child: have the calls reported, and hand over where they are. */
static void watch(int to)
{
	struct sock_filter filter[COUNT(calls) + 3];
	size_t n = 0;

	filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT(calls); i++)
		filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number,
							   COUNT(calls) - i, 0);
	filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);

	struct sock_fprog program = { .len = n, .filter = filter };
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	check(listener, "seccomp");

	char byte = 0, space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &listener, sizeof(int));
	check(sendmsg(to, &message, 0), "sendmsg");
	close(listener);
	close(to);
}

static int receive(int from)
{
	char byte, space[CMSG_SPACE(sizeof(int))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	int listener = -1;

	check(recvmsg(from, &message, MSG_CMSG_CLOEXEC) - 1, "recvmsg");
	memcpy(&listener, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return listener;
}

/* Whether a call changes a file, and which: pipes, sockets and devices are none. */
static int changes(const struct seccomp_notif *asked, const struct call *call, char *path)
{
	char link[64];

	path[0] = 0;
	if (call->kind == OPEN && !(asked->data.args[call->flags] & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)))
		return 0;
	if (call->kind == DESCRIPTOR) {
		snprintf(link, sizeof(link), "/proc/%u/fd/%d", asked->pid, (int)asked->data.args[call->argument]);
		ssize_t length = readlink(link, path, PATH_MAX - 1);
		path[length < 0 ? 0 : length] = 0;
		if (path[0] != '/')
			return 0;
	} else {
		snprintf(link, sizeof(link), "/proc/%u/mem", asked->pid);
		int memory = open(link, O_RDONLY | O_CLOEXEC);
		ssize_t length = memory < 0 ? -1 : pread(memory, path, PATH_MAX - 1, asked->data.args[call->argument]);
		path[length < 0 ? 0 : length] = 0;
		close(memory);
	}
	return strncmp(path, "/dev/", 5) != 0 && strncmp(path, "/proc/", 6) != 0;
}

int main(int count, char **arguments)
{
	if (count < 6)
		return 99;
	long first = atol(arguments[1]), last = atol(arguments[2]), what = atol(arguments[3]), number = 0;
	int pair[2], status = 0;
	FILE *report = fopen(arguments[4], "we");

	check(report ? 0 : -1, arguments[4]);
	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair");
	pid_t child = fork();
	check(child, "fork");
	if (child == 0) {
		close(pair[0]);
		watch(pair[1]);
		execvp(arguments[5], arguments + 5);
		_exit(98);
	}
	close(pair[1]);

	struct pollfd listener = { .fd = receive(pair[0]), .events = POLLIN };
	for (;;) {
		check(poll(&listener, 1, -1), "poll");
		if (!(listener.revents & POLLIN))
			break; /* nobody is left */
		struct seccomp_notif asked = { 0 };
		struct seccomp_notif_resp answer = { 0 };
		char path[PATH_MAX];
		const struct call *call = calls;
		if (ioctl(listener.fd, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0)
			continue; /* it died meanwhile */
		while (call->number != asked.data.nr)
			call++;
		answer.id = asked.id;
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		if (changes(&asked, call, path)) {
			number++;
			fprintf(report, "%ld %s %s\n", number, call->name, path);
			if (what < 0 && number == first)
				kill(child, -what);
			if (what > 0 && number >= first && number <= last) {
				answer.flags = 0;
				answer.error = -what;
			}
		}
		ioctl(listener.fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
	check(waitpid(child, &status, 0), "waitpid");
	fclose(report);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
