"""aioapns: pushes what INTEROP asks for and prints what the library makes of each answer.

The library has no option for another host than Apple's: the two attributes of its protocol class that name it are set here.
The TLS context is the caller's to give; the library offers no protocol by ALPN with it.
"""
import asyncio
import json
import os
import ssl
import time
import types

from aioapns import APNs, NotificationRequest, PushType, connection
from aioapns.connection import APNsProductionClientProtocol

asked = json.loads(os.environ["INTEROP"])
APNsProductionClientProtocol.APNS_SERVER = asked["host"]
APNsProductionClientProtocol.APNS_PORT = asked["port"]


async def main():
    for case in asked["cases"]:
        # A token that is over, or has not begun, is one of a clock that is wrong.
        off = case.get("clockMs", 0) / 1000
        connection.time = types.SimpleNamespace(time=lambda off=off: time.time() + off)
        context = ssl.create_default_context(cafile=asked["caFile"])
        client = APNs(
            key=asked["badKey"] if case["isBadCredential"] else asked["key"],
            key_id=asked["keyId"],
            team_id=asked["teamId"],
            topic=case["topic"],
            use_sandbox=False,
            ssl_context=context,
            max_connections=1,
        )
        request = NotificationRequest(
            device_token=case["token"], message={"aps": {"alert": case["text"]}}, push_type=PushType.ALERT
        )
        answer = await client.send_notification(request)
        print(
            json.dumps(
                {
                    "name": case["name"],
                    "status": int(answer.status),
                    "reason": answer.description,
                    "timestamp": answer.timestamp,
                    "sentId": request.notification_id,
                    "id": answer.notification_id,
                }
            ),
            flush=True,
        )
    os._exit(0)  # its pools go on


asyncio.run(main())
