// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record, and of the kernel around dma_fence what it needs: memory with
 * names, time, locks. One thread.
 */
#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_NAMES 512

jmp_buf model_exit;
unsigned long jiffies = 4711;

static struct {
	int held; /* locks */
	ktime_t time;
	u32 reads;
	int count;
	struct {
		const void *object;
		char name[120];
		bool allocated;
	} names[MAX_NAMES];
} model;

void model_begin_kernel(void)
{
	for (int i = 0; i < model.count; i++)
		if (model.names[i].allocated)
			free((void *)model.names[i].object);
	memset(&model, 0, sizeof(model));
	model.time = 1000;
	model.reads = 100;
}

void model_stop(const char *why)
{
	model_log("stop: %s", why);
	longjmp(model_exit, 1);
}

void model_oops_on_null(const void *pointer)
{
	if (!pointer)
		model_stop("oops");
}

/* Names */

void model_name(const void *object, const char *name)
{
	if (model.count == MAX_NAMES)
		abort();
	model.names[model.count].object = object;
	snprintf(model.names[model.count].name, sizeof(model.names[0].name), "%s", name);
	model.count++;
}

const char *model_name_of(const void *object)
{
	static char error[32];

	if (!object)
		return "NULL";
	if (IS_ERR(object)) {
		snprintf(error, sizeof(error), "ERR_PTR(%ld)", PTR_ERR(object));
		return error;
	}
	for (int i = 0; i < model.count; i++)
		if (model.names[i].object == object)
			return model.names[i].name;
	return "unknown";
}

void *model_object(size_t size, const char *name)
{
	void *object = calloc(1, size);

	model_name(object, name);
	model.names[model.count - 1].allocated = true;
	return object;
}

/* The record */

static void record(const char *prefix, const char *format, va_list arguments)
{
	char line[512];

	vsnprintf(line, sizeof(line), format, arguments);
	line[strcspn(line, "\n")] = 0;
	printf("[%d] %s%s\n", model.held, prefix, line);
}

void model_log(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	record("", format, arguments);
	va_end(arguments);
}

void model_device_log(struct device *dev, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	model_log("log of %s", model_name_of(dev));
	record("log: ", format, arguments);
	va_end(arguments);
}

bool model_warn(bool condition)
{
	if (condition)
		model_log("WARN of the driver");
	return condition;
}

ktime_t ktime_get(void)
{
	return model.time++;
}

u32 readl(const void *address)
{
	model_log("readl(%s)", model_name_of(address));
	return model.reads++;
}

/* Locks */

void spin_lock(spinlock_t *lock)
{
	model_oops_on_null(lock);
	if (lock->depth)
		model_stop("deadlock");
	lock->depth++;
	model.held++;
}

void spin_unlock(spinlock_t *lock)
{
	model_oops_on_null(lock);
	if (!lock->depth)
		model_stop("unlock of a lock that is free");
	lock->depth--;
	model.held--;
}

void model_unlock_guard(spinlock_t **lock)
{
	spin_unlock(*lock);
}
