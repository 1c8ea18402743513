"""Packs an Office file again with [Content_Types].xml as its last member and a picture that says little first."""

import sys
import zipfile

source, target = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
    new.writestr(zipfile.ZipInfo("media/first.bin"), bytes(range(256)) * 4)
    for name in sorted(old.namelist(), key=lambda name: (name == "[Content_Types].xml", name)):
        new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
