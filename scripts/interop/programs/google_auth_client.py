"""google-auth: sends what INTEROP asks for with an access token that it exchanged at the token_uri of the key file, and prints the answers."""
import json
import os

import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account

asked = json.loads(os.environ["INTEROP"])
account = asked["account"]
url = f"https://{asked['host']}:{asked['port']}/v1/projects/{account['project_id']}/messages:send"

for case in asked["cases"]:
    info = {**account, "token_uri": asked["tokenUrl"]}
    if case["isBadCredential"]:
        info["private_key"] = asked["badKey"]
    credentials = service_account.Credentials.from_service_account_info(
        info, scopes=["https://www.googleapis.com/auth/firebase.messaging"], additional_claims=case.get("claims")
    )
    refreshing = requests.Session()
    refreshing.verify = asked["caFile"]
    session = AuthorizedSession(credentials, auth_request=Request(session=refreshing))
    session.verify = asked["caFile"]
    if case["name"] == "access token over":
        credentials.refresh(Request(session=refreshing))
        credentials.token = "ya29.over"  # the library has to see from the 401 that it needs a new one
    message = {"token": case["token"], "notification": {"title": "Hello", "body": case["text"]}}
    try:
        answer = session.post(url, json={"message": message}).json()
        said = "name" if "name" in answer else answer["error"]["status"]
    except RefreshError as error:
        said = error.args[1]["error"]
    print(json.dumps({"name": case["name"], "said": said}), flush=True)
