"""The CloudEvents SDK for Python: posts an event in each of its modes, and prints what is answered."""

import http.client
import json
import sys
from urllib.parse import urlsplit

from cloudevents.conversion import to_binary, to_structured
from cloudevents.http import CloudEvent

url, key, data = sys.argv[1:]
for name, convert in (("binary", to_binary), ("structured", to_structured)):
    event = CloudEvent({"id": f"python-{name}", "source": "/interop/python", "type": "send.requested.v1"}, json.loads(data))
    headers, body = convert(event)
    connection = http.client.HTTPConnection(urlsplit(url).netloc)  # adds no content type of its own: the SDK gives none in binary mode
    connection.request("POST", "/v1/events", body, {**headers, "Authorization": f"Bearer {key}"})
    print(connection.getresponse().read().decode())
