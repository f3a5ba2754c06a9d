// SPDX-License-Identifier: GPL-2.0-only
//
// Reports every call that spatch reached, of the function that goes and of the one that takes its place. spatch skips
// what it cannot parse and says nothing about it: a call counts as reached only when this rule has seen it.
//
// report() is what all rules use to say which calls they matched: one JSON object a line, read by fencemig.

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

@probe@
identifier call = {del_timer_sync, timer_delete_sync};
position site;
@@
 call@site(...)

@script:python@
site << probe.site;
@@
report("probe", site=site)
