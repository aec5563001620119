"""The works: those of the product's targets, and the same in small so that the benchmark cannot rot."""

from types import SimpleNamespace

#: One request in ten is answered 503.
ONE_IN_TEN = [{"match": {"method": "POST", "path": "/upload", "every": 10}, "do": {"status": {"code": 503}}}]

FULL = SimpleNamespace(
    rounds=3,
    works=[
        ("many", "send", {"count": 200, "size": 200_000, "latency_ms": 100}),
        ("twelve", "send", {"count": 12, "size": 19_000_000, "latency_ms": 100}),
        ("large", "send", {"count": 1, "size": 205_000_000, "latency_ms": 0}),
        ("far", "send", {"count": 1, "size": 205_000_000, "latency_ms": 100}),
        (
            "unavailable",
            "send",
            {"count": 200, "size": 200_000, "latency_ms": 100, "faults": ONE_IN_TEN, "may_lose": True},
        ),
        ("add", "add", {"count": 100_000, "folders": 100}),
        ("window", "window", {"rounds": 3, "quiet_s": 60, "rows": 100_000, "dropped": 30_000, "frames": 200}),
        ("sign", "sign", {"seconds": 2}),
        (
            "memory",
            "memory",
            {
                "limit": 300,
                "works": [
                    ("1 file of 1 KB", 1, 1_000),
                    ("1 000 files of 1 KB", 1_000, 1_000),
                    ("10 000 files of 1 KB", 10_000, 1_000),
                    ("100 000 files of 1 KB", 100_000, 1_000),
                    ("1 file of 10 MB", 1, 10_000_000),
                    ("1 file of 1 GB, sparse", 1, 1_000_000_000),
                    ("1 file of 5 GB, sparse", 1, 5_000_000_000),
                ],
            },
        ),
    ],
)

SMOKE = SimpleNamespace(
    rounds=1,
    works=[
        ("many", "send", {"count": 20, "size": 20_000, "latency_ms": 20}),
        ("large", "send", {"count": 1, "size": 21_000_000, "latency_ms": 20}),
        (
            "unavailable",
            "send",
            {"count": 20, "size": 20_000, "latency_ms": 20, "faults": ONE_IN_TEN, "may_lose": True},
        ),
        ("add", "add", {"count": 1_000, "folders": 10}),
        ("window", "window", {"rounds": 1, "quiet_s": 1, "rows": 1_000, "dropped": 300, "frames": 20}),
        ("sign", "sign", {"seconds": 0.1}),
        (
            "memory",
            "memory",
            {"limit": 60, "works": [("20 files of 1 KB", 20, 1_000), ("1 file of 30 MB, sparse", 1, 30_000_000)]},
        ),
    ],
)
