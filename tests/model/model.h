/* SPDX-License-Identifier: GPL-2.0-only */
/* What a harness uses of the model; drivers see linux/dma-fence.h alone. */
#ifndef MODEL_H
#define MODEL_H

#include <linux/dma-fence.h>
#include <setjmp.h>
#include <string.h>

/* Changes of behaviour that the contract, or the reason of a rule, names: the old API with them is the new one. */
enum model_excuse {
	MODEL_LATE_ERROR = 1, /* an error for a signaled fence is dropped */
	MODEL_ZERO_ERROR = 2, /* a 0 is no error */
	MODEL_LOST_POLL = 4, /* ops->signaled is not asked */
	MODEL_UNCHECKED_STORE = 8, /* an error that was written by hand is checked, too */
};

enum model_fence_state {
	MODEL_FRESH,
	MODEL_SIGNALED,
	MODEL_FAILED_EARLY, /* an error was stored, and is signaled later */
	MODEL_SIGNALED_FAILED,
	MODEL_WORK_DONE, /* ops->signaled returns true */
	MODEL_FENCE_STATES,
};

#define MODEL_EARLY_ERROR (-12)
#define MODEL_NOW 5000 /* the time that signalling reads by itself */

/* Where the driver's function ends that would not return: an oops, a deadlock, an endless loop. */
extern jmp_buf model_exit;

/* Forgets the case before; excuses is a set of enum model_excuse, null_warns whether signalling NULL warns. */
void model_begin(int excuses, bool null_warns);

/* One line of the record that both sides are compared by. */
void model_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The state of all fences and locks at the end. */
void model_end(void);

/* Memory of zeroes that is called name in the record. */
void *model_object(size_t size, const char *name);
void model_name(const void *object, const char *name);
const char *model_name_of(const void *object);
void model_fence(struct dma_fence *fence, const char *name, enum model_fence_state state);


/* Between the model's two files. */
void model_begin_kernel(void);
void model_stop(const char *why) __attribute__((noreturn));
void model_oops_on_null(const void *pointer);

#endif
