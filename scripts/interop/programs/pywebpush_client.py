"""pywebpush: pushes what INTEROP asks for, prints what the service answers, and reads with http_ece, its own decryption, what the platform has encrypted."""
import base64
import json
import os
import time

import http_ece
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPusher

asked = json.loads(os.environ["INTEROP"])
session = requests.Session()
session.verify = asked["caFile"]
session.trust_env = False  # the environment may name another authority
own, stranger = Vapid02(), Vapid02()
own.generate_keys()
stranger.generate_keys()


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


for case in asked["cases"]:
    name = case["name"]
    vapid = stranger if name == "key of another sender" else own
    ends = int(time.time()) + (-60 if name == "expired credential" else 3600)
    audience = "https://push.example" if name == "credential for another service" else asked["origin"]
    headers = vapid.sign({"aud": audience, "sub": "mailto:interop@example.com", "exp": ends})
    if name == "bad credential":
        headers["Authorization"] = "vapid t=a.b.c," + headers["Authorization"].split(",")[-1]
    pusher = WebPusher(case["subscription"], requests_session=session)
    answer = pusher.send(case["text"], headers=headers, ttl=60, content_encoding="aes128gcm")
    errno = "" if answer.status_code == 201 else f" {answer.json()['errno']}"
    print(json.dumps({"name": name, "said": f"{answer.status_code}{errno}"}), flush=True)

ours = asked["ours"]
private_key = ec.derive_private_key(int.from_bytes(raw(ours["privateKey"]), "big"), ec.SECP256R1())
text = http_ece.decrypt(raw(ours["body"]), private_key=private_key, auth_secret=raw(ours["auth"]), version="aes128gcm")
print(json.dumps({"name": "ours", "said": text.decode()}))
