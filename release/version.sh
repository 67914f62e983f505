#!/bin/sh
# Prints the version of this checkout: that of pom.xml.
set -eu
sed -n 's|.*<revision>\(.*\)</revision>.*|\1|p' "$(dirname "$0")/../pom.xml"
