// SPDX-License-Identifier: GPL-2.0-only
//
// Reports every call of the fence API, every error written by hand, that spatch reached. spatch skips what it cannot parse and says nothing
// about it: a site counts as reached only when this rule has seen that very position.
//
// report() is what all rules use to say which calls they matched. The output is read by fencemig: one JSON
// object a line. Places are the function that spatch sees, with line and column in the text as it is at that
// moment (a function that an earlier rule rewrote has line numbers of its own).
//
// No isomorphism makes the probe find more. To prepare them takes spatch longer than to read a small driver, and
// this rule goes in after each that matched: so they are off.

@initialize:python@
@@
import json

def report(rule, verdict=None, reason=None, values=None, **places):
    print("@fencemig " + json.dumps({
        "rule": rule,
        "verdict": verdict,
        "reason": reason,
        "values": values or {},
        "places": {role: [(p.current_element, int(p.line), int(p.column)) for p in found]
                   for role, found in places.items()},
    }))

@probe disable
	drop_cast, add_signed, add_int1, add_int2, not_int1, not_int2, not_ptr1, not_ptr2, commeq,
	commneq, is_zero, isnt_zero, is_null, isnt_null1, bitor_comm, bitand_comm, plus_comm, mult_comm,
	plus_assoc, minus_assoc, plus_minus_assoc1, plus_minus_assoc2, times_assoc, div_assoc,
	times_div_assoc1, times_div_assoc2, gtr_lss, gtr_lss_eq, inc, for_inc, unlikely, paren,
	zero_multiple_format, neg_if, ne_if, drop_else, neg_if_exp, decl_init, extern_decl_init,
	static_decl_init, braces0, braces1, braces2, braces3, braces4, ret, ptr_to_array, mkinit,
	fld_to_ptr, sizeof_type_expr
@
identifier call = {
	dma_fence_set_error,
	dma_fence_signal, dma_fence_signal_locked,
	dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked,
	dma_fence_check_and_signal, dma_fence_check_and_signal_locked
};
// by name, for regular expressions are not the same in each build of spatch
identifier exchange = {
	xchg, xchg_relaxed, xchg_acquire, xchg_release,
	cmpxchg, cmpxchg_relaxed, cmpxchg_acquire, cmpxchg_release,
	try_cmpxchg, try_cmpxchg_relaxed, try_cmpxchg_acquire, try_cmpxchg_release
};
identifier set = {set_bit, __set_bit, test_and_set_bit, __test_and_set_bit};
assignment operator op;
expression x, e;
position site;
@@
(
 call@site(...)
|
 x->error@site op e
|
 x.error@site op e
|
 WRITE_ONCE(x->error@site, e)
|
 WRITE_ONCE(x.error@site, e)
|
 smp_store_release(&x->error@site, e)
|
 smp_store_release(&x.error@site, e)
|
 exchange(&x->error@site, ...)
|
 exchange(&x.error@site, ...)
|
 set@site(DMA_FENCE_FLAG_SIGNALED_BIT, ...)
)

@script:python@
site << probe.site;
@@
report("probe", site=site)
