#!/bin/sh
# The namespace and its search attributes (domain/search-attributes.ts); harmless when they are there. Without the
# attributes no contract's workflow can be started.
set -eu
until temporal operator cluster health >/dev/null 2>&1; do sleep 1; done
temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 720h
# A namespace that was made just now is known to all of the server within some seconds.
until present="$(temporal operator search-attribute list -n "$TEMPORAL_NAMESPACE" -o json 2>/dev/null)"; do sleep 1; done
for attribute in Client=Keyword ContractStatus=Keyword Deadline=Datetime PlatformId=Keyword Environment=Keyword; do
  name="${attribute%=*}"
  case "$present" in *"\"$name\""*) continue ;; esac
  temporal operator search-attribute create -n "$TEMPORAL_NAMESPACE" --name "$name" --type "${attribute#*=}"
done
