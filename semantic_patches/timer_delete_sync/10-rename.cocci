// SPDX-License-Identifier: GPL-2.0-only
//
// del_timer_sync() is a wrapper around timer_delete_sync() that does nothing else: call that one.

@rename@
position call;
@@
-del_timer_sync@call
+timer_delete_sync
 (...)

@script:python@
call << rename.call;
@@
report("rename", call=call)
