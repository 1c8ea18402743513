#!/bin/sh
# Makes the corpus again: sh make.sh, from this folder, on Debian 12 with libreoffice-{writer,calc,impress}, ffmpeg,
# imagemagick, libheif-examples, zip and python3, and with WRITERS naming a folder in which
# `npm install docx exceljs xlsx officecrypto-tool` was run.
set -eu
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

quiet() { "$@" >log.txt 2>&1 || { cat log.txt; exit 1; }; }
av() { quiet ffmpeg -hide_banner -y "$@"; }
picture='-f lavfi -i testsrc=size=64x48:rate=5:duration=0.6'
sound='-f lavfi -i sine=frequency=440:sample_rate=16000:duration=0.5'

# Texts
cat >plain.txt <<'TEXT'
The quarry opened in 1871, and closed when the good stone ran out.

Nobody in the village speaks of it now; the pond is all that is left.
TEXT
cat >notes.md <<'TEXT'
# Field notes

Three beds of **limestone**, then shale.

- bed one: 40 cm
- bed two: 12 cm

See [the map](map.png).
TEXT
cat >comma.csv <<'TEXT'
bed,thickness_cm,remark
1,40,"grey, hard"
2,12,"says ""soft"" in the log"
3,7,
TEXT
printf 'Schicht;Dicke;Höhe\n1;40,5;3,2\n2;12,0;1,1\n' >semicolon.csv
printf 'bed\tcm\n1\t40\n2\t12\n' >tab.tsv
cat >page.html <<'TEXT'
<!DOCTYPE html>
<html lang="en"><head><title>Quarry</title></head><body><p>Stone.</p></body></html>
TEXT
printf '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Quarry</title></head><body/></html>\n' >page.xhtml
printf '<p>Grey limestone, <b>hard</b>.</p>\n<table><tr><td>1</td></tr></table>\n' >fragment.html
printf '{"bed": 1, "remarks": ["grey", "hard"]}\n' >data.json
printf '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>\n' >drawing.svg
{ printf '\357\273\277'; cat comma.csv; } >utf8-bom.csv
{ printf '\377\376'; iconv -t UTF-16LE plain.txt; } >utf16le-bom.txt
{ printf '\376\377'; iconv -t UTF-16BE page.html; } >utf16be-bom.html
iconv -t UTF-16LE comma.csv >utf16le.csv
{ printf '\377\376'; printf 'Grüße 灰色石灰岩 ☃\n' | iconv -f UTF-8 -t UTF-16LE; } >utf16le-chinese.txt
printf 'Schicht;Farbe;Höhe\n1;grau und hart;größer als üblich\n2;weiß;zwölf\n' | iconv -f UTF-8 -t WINDOWS-1252 >latin1.csv

# Office files by LibreOffice
office() { quiet soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to "$1" --outdir "$work" "$2"; }
office odt:writer8 plain.txt && mv plain.odt libreoffice.odt
for to in 'docx:MS Word 2007 XML' 'doc:MS Word 97' 'rtf:Rich Text Format' 'pdf:writer_pdf_Export' 'epub:EPUB'; do
  office "$to" libreoffice.odt
done
cp comma.csv sheet.csv
for to in 'xlsx:Calc MS Excel 2007 XML' 'xls:MS Excel 97' 'ods:calc8'; do office "$to" sheet.csv; done
mv sheet.xlsx libreoffice.xlsx; mv sheet.xls libreoffice.xls; mv sheet.ods libreoffice.ods
printf '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><rect width="40" height="30"/></svg>' >slide.svg
office odg:draw8 slide.svg && mv slide.odg libreoffice.odg
quiet soffice --headless "-env:UserInstallation=file://$work/profile" --infilter=impress_svg_Import \
  --convert-to 'pptx:Impress MS PowerPoint 2007 XML' --outdir "$work" slide.svg
mv slide.pptx libreoffice.pptx
office odp:impress8 libreoffice.pptx

# Office files by npm's writers, and zip files put in another order
quiet node "$here/write-office.mjs" "${WRITERS:?}" "$work"
quiet python3 "$here/reorder-zip.py" docx-npm.docx content-types-last.docx
quiet python3 "$here/reorder-zip.py" exceljs.xlsx content-types-last.xlsx
mkdir -p unpacked/word && cp plain.txt unpacked/word/plain.txt
(cd unpacked && quiet zip -X ../archive.zip word/plain.txt)
gzip -nc plain.txt >plain.txt.gz
quiet tar --sort=name --mtime=@0 --owner=0 --group=0 -b1 -cf plain.tar plain.txt

# Images
quiet convert -size 24x16 gradient:red-blue -strip gradient.png
for to in gif bmp tiff webp; do quiet convert gradient.png "gradient.$to"; done
quiet convert gradient.png -strip jfif.jpg
quiet convert gradient.png -strip -set exif:Make x -interlace Plane progressive.jpg
quiet convert gradient.png -colorspace CMYK -strip cmyk.jpg
av -i gradient.png -frames:v 1 -f mjpeg ffmpeg.jpg
av $picture -plays 0 -f apng animated.png
quiet heif-enc gradient.png -o gradient.heic
av -i gradient.png -frames:v 1 -c:v libaom-av1 -still-picture 1 gradient.avif

# Videos
h264='-c:v libx264 -pix_fmt yuv420p -preset veryslow -crf 40'
av $picture $h264 isom.mp4
av $picture $sound $h264 -c:a aac -b:a 24k -shortest -movflags +faststart faststart.mp4
av $picture $h264 -brand mp42 mp42.mp4
av $picture $h264 -brand avc1 avc1.mp4
av $picture $h264 -movflags frag_keyframe+empty_moov+default_base_moof fragmented.mp4
av $picture $h264 -f ipod ipod.m4v
av $picture $h264 -brand dash -movflags dash+frag_keyframe+empty_moov dash.mp4
av $picture $h264 -f mov quicktime.mov
av $picture -c:v h263 -s 128x96 -f 3gp h263.3gp
av $picture -c:v h263 -s 128x96 -f 3g2 h263.3g2
av $picture $h264 -f matroska video.mkv
av $picture -c:v libvpx -b:v 20k video.webm
av $picture -c:v libvpx -b:v 20k -f webm -live 1 live.webm
av $picture -c:v flv -f flv video.flv
av $picture -r 25 -c:v mpeg1video -b:v 30k -f mpeg mpeg1.mpg
av $picture -r 25 -c:v mpeg2video -b:v 30k -f vob mpeg2.mpeg
av $picture -r 25 -c:v mpeg1video -b:v 30k -f mpeg1video sequence.m1v
av $sound $picture -map 0 -map 1 -c:a wmav2 -b:a 32k -c:v wmv2 -b:v 20k -f asf sound-first.wmv
av $picture $h264 -f avi video.avi
av $picture $h264 -f mpegts video.mts
av $picture -c:v libtheora -b:v 20k video.ogv

# Audio
av $sound -c:a libmp3lame -b:a 16k tagged.mp3
av $sound -c:a libmp3lame -b:a 16k -id3v2_version 0 -write_xing 0 -f mp3 bare.mp3
av $sound -c:a mp2 -b:a 32k layer2.mp2
av $sound -c:a libopus -b:a 16k sound.opus
av $sound -c:a libvorbis -b:a 16k sound.ogg
av $sound -c:a flac -f ogg flac.oga
av $sound -ar 8000 sound.wav
av $sound -c:a flac sound.flac
av $sound -c:a aac -b:a 24k -f adts sound.aac
av $sound -c:a aac -b:a 24k -f ipod sound.m4a
av $sound -c:a aac -b:a 24k -f mp4 audio-only.mp4
av $sound -c:a libopus -b:a 16k -f matroska sound.mka
av $sound -c:a libopus -b:a 16k -f webm audio-only.webm
av $sound -c:a wmav2 -b:a 32k -f asf sound.wma
av $sound -ar 8000 -f s16le sound.pcm
av $sound -ar 8000 -f aiff sound.aiff

rm -f sheet.csv slide.svg log.txt
rm -rf unpacked profile
cp ./* "$here/files/"
