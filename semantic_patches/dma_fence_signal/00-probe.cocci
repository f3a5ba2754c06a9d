// SPDX-License-Identifier: GPL-2.0-only
//
// Reports every call of the fence API that spatch reached. spatch skips what it cannot parse and says nothing
// about it: a site counts as reached only when this rule has seen that very position.
//
// report() is what all rules use to say which calls they matched. The output is read by fencemig: one JSON
// object a line. Places are the function that spatch sees, with line and column in the text as it is at that
// moment (a function that an earlier rule rewrote has line numbers of its own).

@initialize:python@
@@
import json

def report(rule, verdict=None, values=None, **places):
    print("@fencemig " + json.dumps({
        "rule": rule,
        "verdict": verdict,
        "values": values or {},
        "places": {role: [(p.current_element, int(p.line), int(p.column)) for p in found]
                   for role, found in places.items()},
    }))

@probe@
identifier call = {
	dma_fence_set_error,
	dma_fence_signal, dma_fence_signal_locked,
	dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked,
	dma_fence_check_and_signal, dma_fence_check_and_signal_locked
};
position site;
@@
 call@site(...)

@script:python@
site << probe.site;
@@
report("probe", site=site)
