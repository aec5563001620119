"""What a program with the official Python SDK does: scenario.py SMALL LARGE. One JSON line per call."""

import json
import sys

from cloudinary import uploader

SMALL_ID = "official/small é, one=1"


def main(small, large):
    def step(call, answer):
        print(json.dumps({"call": call, "answer": answer}), flush=True)

    step(
        "upload",
        uploader.upload(
            small,
            public_id=SMALL_ID,
            tags=["first", "sec&ond"],
            context={"alt": "a=b|c", "caption": "ünï"},
            overwrite=False,
        ),
    )
    step("upload_again", uploader.upload(small, public_id=SMALL_ID, overwrite=False))
    step("upload_doomed", uploader.upload(small, public_id="official/doomed"))
    step(
        "upload_large",
        uploader.upload_large(large, public_id="official/large.bin", resource_type="raw", chunk_size=5557453),
    )
    step("rename", uploader.rename(SMALL_ID, "official/renamed"))
    step("add_tag", uploader.add_tag("third", ["official/renamed"]))
    step("remove_tag", uploader.remove_tag("first", ["official/renamed"]))
    step("destroy", uploader.destroy("official/doomed", invalidate=True))
    step("destroy_again", uploader.destroy("official/doomed"))


if __name__ == "__main__":
    main(*sys.argv[1:])
