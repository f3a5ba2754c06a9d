# SPDX-License-Identifier: GPL-2.0-only
"""recipients.py FILE...: the recipients of each file of the kernel around here, as get_maintainer.pl -f tells them."""

import sys
from pathlib import Path

from fencemig.maintainers import Owners, parse_maintainers
from fencemig.model import Change
from fencemig.recipients import Directory

if __name__ == "__main__":
    mailmap = Path(".mailmap")
    owners = Owners(parse_maintainers(Path("MAINTAINERS").read_bytes()))
    directory = Directory(owners, mailmap.read_bytes() if mailmap.exists() else b"")
    for path in sys.argv[1:]:
        text = Path(path).read_bytes()
        found = directory.recipients([Change(path, text, text)], text.decode(errors="replace"))
        print(path, *(person.address for person in (*found.to, *found.cc)), sep="\n\t")
