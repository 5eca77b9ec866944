curl -X POST 'http://127.0.0.1:8010/api/login/' -H 'Accept: */*' -H 'Content-Type: application/json' -H 'User-Agent: Mozilla/5.0' --data-raw '{"email": "o'\''hara@example.com", "password": "'"$UNDERSTUDY_PASSWORD"'"}'

curl -X POST 'http://127.0.0.1:8010/api/organizations/@current/domains/?source=settings&x=%20' -H 'Accept: application/json' -H 'Content-Type: application/json' -H 'Cookie: sessionid='"$UNDERSTUDY_SESSION"'; posthog_csrftoken='"$UNDERSTUDY_CSRF_TOKEN"';' -H 'X-Csrftoken: '"$UNDERSTUDY_CSRF_TOKEN" -H 'X-Empty;' -H 'User-Agent:' --data-raw '{
  "domain": "example.com"
}'

curl --globoff 'http://127.0.0.1:8010/api/organizations/?personal_api_key='"$UNDERSTUDY_KEY"'&limit=[1]' -H 'Accept:' -H 'User-Agent:'

curl -X POST 'http://127.0.0.1:8010/api/login/' -H 'Content-Type: application/x-www-form-urlencoded' -H 'Accept:' -H 'User-Agent:' --data-raw 'email=ada%40example.com&password='"$UNDERSTUDY_PASSWORD"

# The body is left out: 2 bytes that are no text.
curl -X PATCH 'http://127.0.0.1:8010/api/organizations/@current/' -H 'Authorization: Bearer '"$UNDERSTUDY_KEY" -H 'Content-Type: application/octet-stream' -H 'Accept:' -H 'User-Agent:'

curl --head 'http://127.0.0.1:8010/scim/v2/0190/Users' -H 'Authorization: Bearer '"$UNDERSTUDY_SCIM_TOKEN" -H 'User-Agent: Okta' -H 'Accept:'
