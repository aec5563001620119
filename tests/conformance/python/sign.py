"""Signs JSON lines {params, secret, algorithm, version} with the official Python SDK's own function."""

import io
import json
import sys

from cloudinary.utils import api_sign_request

for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="\n"):
    case = json.loads(line)
    try:
        print(api_sign_request(case["params"], case["secret"], case["algorithm"], case["version"]))
    except TypeError as error:
        print(type(error).__name__)
