"""Hosts made out of this machine by Tests/cluster/hosts, for studies of what a link between hosts costs."""

import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[3]
HOSTS = TOP / "Tests/cluster/hosts"


class Hosts:
    """So many hosts, for root, which are there while the object is entered; none where the number is 0."""

    def __init__(self, count, name):
        self.count = count
        self.name = name

    def __enter__(self):
        if self.count:
            os.environ.setdefault("CLUSTER_DIR", f"/tmp/{self.name}")
            os.environ.setdefault("CLUSTER_PREFIX", self.name)
            # Each host has a /tmp of its own, but what lies there of this program all must see.
            if str(TOP).startswith("/tmp/"):
                os.environ["CLUSTER_SHARED"] = str(TOP)
            try:
                subprocess.run([HOSTS, "up", str(self.count)], check=True)
            except BaseException:
                # An interruption leaves some of them up.
                self.__exit__()
                raise
        return self

    def shape(self, rate):
        """Limits what each host sends, in the shaper's words such as `1gbit`; `off` lifts the limit."""
        subprocess.run([HOSTS, "shape", rate], check=True)

    def __exit__(self, *_):
        if self.count:
            subprocess.run([HOSTS, "down"], check=True)
