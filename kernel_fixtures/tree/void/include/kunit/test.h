/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

struct kunit;

#define KUNIT_EXPECT_TRUE(test, cond)		((void)(test), (void)(cond))
#define KUNIT_EXPECT_FALSE(test, cond)		((void)(test), (void)(cond))
#define KUNIT_EXPECT_EQ(test, left, right)	((void)(test), (void)((left) == (right)))

#endif
