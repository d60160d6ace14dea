#!/bin/sh
# An importer of your own: reads an upload of "article,pieces", checks it, and tells how many pieces there are.
# A real one would load the rows where this one adds them up: with `php artisan import:stock "$file"`, say.
# Exit codes: 0 done, 65 the file is wrong, 75 try again later, 70 we are wrong. docs/own-importer.md explains.
set -eu

work=$(mktemp -d)
# A failure without a message of ours is not a problem with the file.
trap 'code=$?; rm -rf "$work"; case $code in 0 | 65 | 75 | 143) exit $code ;; *) exit 70 ;; esac' EXIT
trap 'exit 143' TERM

# A key may have any characters: as %XX, byte by byte, it is safe in a URL.
encoded() { printf %s "$1" | od -An -v -tx1 | tr -d '\n' | tr ' ' %; }

# The version that the event told of, and no other. In the local stack, S3 is a plain HTTP server.
download() {
  if [ -n "${AWS_ENDPOINT_URL_S3:-}" ]; then
    curl -sSf -o "$1" "$AWS_ENDPOINT_URL_S3/$S3_BUCKET/$(encoded "$S3_KEY")${S3_VERSION_ID:+?versionId=$S3_VERSION_ID}"
  else
    aws s3api get-object --bucket "$S3_BUCKET" --key "$S3_KEY" \
      ${S3_VERSION_ID:+--version-id "$S3_VERSION_ID"} "$1" > /dev/null
  fi
}

# The report is optional; with one, people are told more than "done" or "refused". JSON from our own words only: those
# of a file would have to be escaped.
report() {
  printf %s "$1" > "$work/report"
  key="reports/$RUN_ID/$ATTEMPT.json"
  if [ -n "${AWS_ENDPOINT_URL_S3:-}" ]; then
    curl -sSf -T "$work/report" "$AWS_ENDPOINT_URL_S3/$RESULTS_BUCKET/$key"
  else
    aws s3api put-object --bucket "$RESULTS_BUCKET" --key "$key" --body "$work/report" > /dev/null
  fi
}

# What is said goes to the log.
refuse() {
  echo "refused: line $line: $1" >&2
  report "{\"outcome\":\"failed\",\"failure\":{\"message\":\"Line $line: $1.\"}}" || true
  exit 65
}
later() { echo "try again: $1" >&2; exit 75; }

file=$work/upload
download "$file" || later "S3 did not give the upload"

line=0 articles=0 total=0
while IFS=, read -r article pieces rest || [ -n "$article" ]; do
  line=$((line + 1))
  if [ "$line" = 1 ]; then
    [ "$article,$pieces$rest" = "article,pieces" ] || refuse 'the header must be article,pieces'
    continue
  fi
  case $pieces in
    '' | *[!0-9]* | 0?* | ??????*) refuse 'pieces must be a whole number of at most five digits' ;;
  esac
  [ -z "$rest" ] || refuse 'there are more than two values'
  [ "$pieces" -le "$MOST_PIECES" ] || refuse "more than $MOST_PIECES pieces of one article"
  articles=$((articles + 1)) total=$((total + pieces))
done < "$file"

# A run that is tried again has the same RUN_ID: what a program keeps by it is kept once.
if [ "$DRY_RUN" = true ]; then did="would be imported"; else did="are imported"; fi
words="$articles articles with $total pieces $did"
report "{\"outcome\":\"imported\",\"notice\":{\"subject\":\"[$IMPORT_NAME] imported\",\"text\":\"$words\"}}" ||
  later "S3 did not take the report"
echo "$words"
