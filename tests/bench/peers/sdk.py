"""A program with the official Python SDK: sdk.py FOLDER. Thirty threads, as `cld` has; a lost file does not end it."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from cloudinary import uploader

LARGE = 20_000_000


def send(path):
    name = os.path.basename(path)
    upload = uploader.upload_large if os.path.getsize(path) > LARGE else uploader.upload
    try:
        upload(path, resource_type="raw", public_id=name)
        return True
    except Exception as error:  # the SDK raises many kinds
        print(f"{name}: {error}", file=sys.stderr)
        return False


def main(folder):
    paths = sorted(entry.path for entry in os.scandir(folder))
    with ThreadPoolExecutor(30) as pool:
        done = sum(pool.map(send, paths))
    print(f"{done} of {len(paths)}")
    return 0 if done == len(paths) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
