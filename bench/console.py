"""The pages of the console that find and show people, as requests of somebody who is signed in."""

import http.client
import json
from urllib.parse import quote, urlencode, urlsplit

# People whose pages are opened in turn, from everywhere in the data.
PERSONS = 500


def call(profile, method, path, body=None, headers=None):
    """Status, headers and body of an answer."""
    line = http.client.HTTPConnection(urlsplit(profile.url).netloc)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        line.close()


def sign_in(profile, key):
    """The cookie of a session, as the form of the sign-in page begins one."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    status, answered, _ = call(profile, "POST", "/console/sign-in", urlencode({"key": key}), headers)
    if status != 303:
        raise SystemExit(f"nobody is signed in: {status}")
    return answered["Set-Cookie"].split(";")[0]


def person(profile, key, login):
    _, _, body = call(profile, "GET", f"/operator/v1/records/account/{login}", headers={"Authorization": f"Bearer {key}"})
    return json.loads(body)["person"]


def pages(profile, key, logins, texts):
    """Requests by what they open; `texts` are searched for, by how they are called."""
    cookie = sign_in(profile, key)
    paths = {f"Find by {name}": [f"/console?q={quote(text)}" for text in some] for name, some in texts.items()}
    some = logins[::max(len(logins) // PERSONS, 1)]
    paths["Person"] = [f"/console/persons/{person(profile, key, login)}" for login in some]
    return {name: [f"GET\t{path}\tCookie: {cookie}\t" for path in some] for name, some in paths.items()}
