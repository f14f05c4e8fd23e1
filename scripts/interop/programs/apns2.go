// sideshow/apns2: pushes what INTEROP asks for and prints what the library makes of each answer.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/sideshow/apns2"
	"github.com/sideshow/apns2/payload"
	"github.com/sideshow/apns2/token"
	"golang.org/x/net/http2"
)

type asked struct {
	Host, Ca, Key, BadKey, KeyId, TeamId string
	Port                                 int
	Cases                                []struct {
		Name, Token, Topic, Text string
		Bearer                   string // of a clock that is wrong
		IsBadCredential          bool
	}
}

func main() {
	var all asked
	check(json.Unmarshal([]byte(os.Getenv("INTEROP")), &all))
	for _, one := range all.Cases {
		pem := all.Key
		if one.IsBadCredential {
			pem = all.BadKey
		}
		key, err := token.AuthKeyFromBytes([]byte(pem))
		check(err)
		signed := &token.Token{AuthKey: key, KeyID: all.KeyId, TeamID: all.TeamId}
		if one.Bearer != "" {
			signed.Bearer, signed.IssuedAt = one.Bearer, time.Now().Unix()
		}
		client := apns2.NewTokenClient(signed)
		client.Host = fmt.Sprintf("https://%s:%d", all.Host, all.Port)
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM([]byte(all.Ca))
		client.HTTPClient = &http.Client{Transport: &http2.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
		answer, err := client.Push(&apns2.Notification{
			DeviceToken: one.Token, Topic: one.Topic, PushType: apns2.PushTypeAlert, Payload: payload.NewPayload().Alert(one.Text),
		})
		check(err)
		told := map[string]any{"name": one.Name, "status": answer.StatusCode, "reason": answer.Reason, "id": answer.ApnsID}
		if !answer.Timestamp.IsZero() {
			told["timestamp"] = answer.Timestamp.UnixMilli()
		}
		check(json.NewEncoder(os.Stdout).Encode(told))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
