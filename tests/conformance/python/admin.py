"""What a program with the official Python SDK reads of an account: admin.py SMALL. One JSON line per call."""

import json
import sys

from cloudinary import api, uploader


def main(small):
    def step(call, answer):
        print(json.dumps({"call": call, "answer": answer}), flush=True)
        return answer

    step(
        "upload",
        uploader.upload(
            small,
            public_id="a",
            tags=["sea", "seal", "second é; one", "land"],
            folder="trips/spring",
        ),
    )
    first = step("tags", api.tags(prefix="se", max_results=2))
    step("tags_next", api.tags(prefix="se", max_results=2, next_cursor=first["next_cursor"]))
    step("tags_of_video", api.tags(resource_type="video"))
    step("metadata_fields", api.list_metadata_fields())
    step("metadata_field", api.metadata_field_by_field_id("rights"))
    step("presets", api.upload_presets(max_results=1))
    step("preset", api.upload_preset("web"))
    step("root_folders", api.root_folders())
    step("subfolders", api.subfolders("trips", max_results=5))
    step("usage", api.usage())
    step("config", api.config(settings=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
