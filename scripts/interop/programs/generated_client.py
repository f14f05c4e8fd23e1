"""Makes an app, registers a phone, sends to it and reads the person, with a client that openapi-generator wrote."""

import hashlib
import sys

import openapi_client as api

url, key = sys.argv[1:3]
client = api.ApiClient(api.Configuration(host=url, access_token=key))
app = "generated"
api.AppsApi(client).apps_put(app, api.PutAppInput(name="Generated"))
simulated = api.CredentialsPutRequest(api.CredentialsPutSimulated(simulated=True))
api.CredentialsApi(client).credentials_put(app, "apns", simulated)
phone = api.InstallationRegistrationInput(
    platform="ios",
    provider="apns",
    permission="granted",
    token=api.InstallationRegistrationInputToken(hashlib.sha256(b"a phone").hexdigest()),
    external_id="kim",
    attributes={"plan": api.AttributeValueInput("gold")},
)
assert api.InstallationsApi(client).installations_put(app, "phone", phone).created
target = api.TargetInput(api.TargetInputInstallations(installations=["phone"]))
body = api.SendRequestInput(to=target, message=api.MessageInput(title="Ding dong"))
send = api.SendsApi(client).sends_create(app, body, prefer="wait=20")
assert send.counts.accepted == 1, send
assert api.UsersApi(client).users_read(app, "kim").external_id == "kim"
