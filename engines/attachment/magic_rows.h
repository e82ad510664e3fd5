/* The kinds of files that are known. row(ID, "name", CLASS, FORM, "media types", "extensions") */
#ifndef ENGINES_ATTACHMENT_MAGIC_ROWS_H
#define ENGINES_ATTACHMENT_MAGIC_ROWS_H

/* clang-format off */
#define MAGIC_ROWS(row) \
    row(DATA, "data", UNKNOWN, BINARY, "application/octet-stream", "bin dat") \
    row(EMPTY, "empty", UNKNOWN, BINARY, "", "") \
    /* programs */ \
    row(PE, "pe", EXECUTABLE, BINARY, "application/x-msdownload application/x-dosexec application/vnd.microsoft.portable-executable", \
        "exe dll scr pif cpl sys ocx drv com mui ax efi xll vxd ex ex_ lib") \
    row(DOTNET, "dotnet", EXECUTABLE, BINARY, "application/x-msdownload", "exe dll scr") \
    row(DOS, "dos", EXECUTABLE, BINARY, "application/x-dosexec", "exe com") \
    row(ELF, "elf", EXECUTABLE, BINARY, "application/x-executable application/x-elf application/x-sharedlib", "elf so o ko run") \
    row(MACHO, "mach-o", EXECUTABLE, BINARY, "application/x-mach-binary", "dylib bundle") \
    row(JAVA, "java-class", EXECUTABLE, BINARY, "application/java-vm application/x-java-applet", "class") \
    row(JAR, "jar", EXECUTABLE, BINARY, "application/java-archive application/x-java-archive", "jar war ear") \
    row(APK, "apk", EXECUTABLE, BINARY, "application/vnd.android.package-archive", "apk xapk aab") \
    row(APPX, "appx", EXECUTABLE, BINARY, "application/vnd.ms-appx", "appx appxbundle msix msixbundle") \
    row(DEX, "dex", EXECUTABLE, BINARY, "", "dex") \
    row(WASM, "wasm", EXECUTABLE, BINARY, "application/wasm", "wasm") \
    row(MSI, "msi", EXECUTABLE, BINARY, "application/x-msi", "msi msp mst") \
    row(CHM, "chm", EXECUTABLE, BINARY, "application/vnd.ms-htmlhelp", "chm") \
    row(HLP, "hlp", EXECUTABLE, BINARY, "application/winhlp", "hlp") \
    row(DEB, "deb", EXECUTABLE, BINARY, "application/vnd.debian.binary-package application/x-debian-package", "deb") \
    row(RPM, "rpm", EXECUTABLE, BINARY, "application/x-rpm", "rpm") \
    row(XAR, "xar", EXECUTABLE, BINARY, "", "pkg mpkg xar") \
    /* what Windows runs when it is opened */ \
    row(ENCODED_SCRIPT, "encoded-script", SCRIPT, READABLE, "", "vbe jse") \
    row(WSF, "wsf", SCRIPT, READABLE, "", "wsf wsc sct") \
    row(HTA, "hta", SCRIPT, READABLE, "application/hta", "hta") \
    row(REG, "reg", SCRIPT, READABLE, "", "reg") \
    row(BATCH, "batch", SCRIPT, NAMED, "", "bat cmd btm") \
    row(VBS, "vbs", SCRIPT, NAMED, "text/vbscript", "vbs vb wsh") \
    row(JS, "js", SCRIPT, NAMED, "application/javascript text/javascript application/x-javascript", "js mjs") \
    row(POWERSHELL, "powershell", SCRIPT, NAMED, "", "ps1 psm1 psd1 ps1xml psc1 msh") \
    row(CONSOLE, "mmc", SCRIPT, READABLE, "", "msc") \
    row(CLICK_ONCE, "click-once", SCRIPT, READABLE, "application/x-ms-application", "application") \
    row(JNLP, "jnlp", SCRIPT, READABLE, "application/x-java-jnlp-file", "jnlp") \
    row(APP_INSTALLER, "app-installer", SCRIPT, READABLE, "application/appinstaller", "appinstaller") \
    row(INF, "inf", SCRIPT, READABLE, "", "inf ins isp") \
    /* what opens something else */ \
    row(LNK, "lnk", SHORTCUT, BINARY, "application/x-ms-shortcut", "lnk") \
    row(URL, "url", SHORTCUT, READABLE, "application/internet-shortcut application/x-url", "url website") \
    row(SCF, "scf", SHORTCUT, READABLE, "", "scf") \
    row(LIBRARY, "library-ms", SHORTCUT, READABLE, "", "library-ms search-ms searchconnector-ms") \
    row(SETTING_CONTENT, "setting-content", SHORTCUT, READABLE, "", "settingcontent-ms") \
    row(DESKTOP, "desktop", SHORTCUT, READABLE, "application/x-desktop", "desktop") \
    row(RDP, "rdp", SHORTCUT, READABLE, "application/x-rdp", "rdp") \
    row(IQY, "iqy", SHORTCUT, READABLE, "text/x-ms-iqy", "iqy") \
    row(DIAG_CAB, "diagcab", SHORTCUT, NAMED, "", "diagcab diagcfg diagpkg") \
    /* disk images */ \
    row(ISO, "iso9660", DISK_IMAGE, BINARY, "application/x-iso9660-image application/x-cd-image", "iso cdr toast") \
    row(UDF, "udf", DISK_IMAGE, BINARY, "", "udf") \
    row(VHD, "vhd", DISK_IMAGE, BINARY, "application/x-vhd", "vhd") \
    row(VHDX, "vhdx", DISK_IMAGE, BINARY, "application/x-vhdx", "vhdx") \
    row(VMDK, "vmdk", DISK_IMAGE, BINARY, "application/x-vmdk", "vmdk") \
    row(VDI, "vdi", DISK_IMAGE, BINARY, "", "vdi") \
    row(QCOW, "qcow", DISK_IMAGE, BINARY, "", "qcow qcow2") \
    row(DMG, "dmg", DISK_IMAGE, BINARY, "application/x-apple-diskimage", "dmg") \
    row(FAT, "fat", DISK_IMAGE, BINARY, "application/x-raw-disk-image", "img ima vfd") \
    row(NTFS, "ntfs", DISK_IMAGE, BINARY, "application/x-raw-disk-image", "img") \
    row(HFS, "hfs", DISK_IMAGE, BINARY, "", "hfs") \
    row(SQUASHFS, "squashfs", DISK_IMAGE, BINARY, "", "squashfs sfs snap") \
    row(WIM, "wim", DISK_IMAGE, BINARY, "", "wim esd") \
    /* archives */ \
    row(ZIP, "zip", ARCHIVE, BINARY, "application/zip application/x-zip-compressed application/x-zip multipart/x-zip", \
        "zip zipx xpi kmz ipa crx nupkg whl vsix egg3 sketch pages numbers key") \
    row(RAR, "rar", ARCHIVE, BINARY, "application/vnd.rar application/x-rar-compressed application/x-rar", "rar r00 r01 cbr rev") \
    row(SEVEN_ZIP, "7z", ARCHIVE, BINARY, "application/x-7z-compressed", "7z cb7") \
    row(GZIP, "gzip", ARCHIVE, BINARY, "application/gzip application/x-gzip application/x-compressed-tar", "gz tgz emz wmz svgz adz") \
    row(BZIP2, "bzip2", ARCHIVE, BINARY, "application/x-bzip2 application/x-bzip", "bz2 bz tbz tbz2") \
    row(XZ, "xz", ARCHIVE, BINARY, "application/x-xz", "xz txz") \
    row(LZIP, "lzip", ARCHIVE, BINARY, "application/x-lzip", "lz") \
    row(LZOP, "lzop", ARCHIVE, BINARY, "application/x-lzop", "lzo") \
    row(ZSTD, "zstd", ARCHIVE, BINARY, "application/zstd", "zst tzst") \
    row(LZ4, "lz4", ARCHIVE, BINARY, "", "lz4") \
    row(COMPRESS, "compress", ARCHIVE, BINARY, "application/x-compress", "z") \
    row(TAR, "tar", ARCHIVE, BINARY, "application/x-tar application/x-gtar", "tar") \
    row(CPIO, "cpio", ARCHIVE, BINARY, "application/x-cpio", "cpio") \
    row(AR, "ar", ARCHIVE, BINARY, "", "a ar") \
    row(CAB, "cab", ARCHIVE, BINARY, "application/vnd.ms-cab-compressed", "cab msu") \
    row(ARJ, "arj", ARCHIVE, BINARY, "application/x-arj", "arj") \
    row(LHA, "lha", ARCHIVE, BINARY, "application/x-lzh-compressed application/x-lha", "lzh lha") \
    row(ACE, "ace", ARCHIVE, BINARY, "application/x-ace-compressed", "ace") \
    row(ALZ, "alz", ARCHIVE, BINARY, "", "alz") \
    row(EGG, "egg", ARCHIVE, BINARY, "", "egg") \
    row(ZOO, "zoo", ARCHIVE, BINARY, "application/x-zoo", "zoo") \
    row(SZDD, "szdd", ARCHIVE, BINARY, "", "") \
    row(STUFFIT, "stuffit", ARCHIVE, BINARY, "application/x-stuffit", "sit sitx") \
    row(BINHEX, "binhex", ARCHIVE, READABLE, "application/mac-binhex40", "hqx") \
    row(UUENCODE, "uuencode", ARCHIVE, READABLE, "text/x-uuencode application/x-uuencode", "uu uue") \
    row(YENC, "yenc", ARCHIVE, READABLE, "", "yenc") \
    row(TNEF, "tnef", ARCHIVE, BINARY, "application/ms-tnef application/vnd.ms-tnef", "tnef") \
    /* documents */ \
    row(OLE, "ole", DOCUMENT, BINARY, "application/x-ole-storage application/x-tika-msoffice", "db max") \
    row(WORD, "word", DOCUMENT, BINARY, "application/msword application/vnd.ms-word", "doc dot wiz rtf") \
    row(EXCEL, "excel", DOCUMENT, BINARY, "application/vnd.ms-excel application/msexcel application/x-msexcel application/x-excel", "xls xlt xla xlm xlw xlsb") \
    row(POWERPOINT, "powerpoint", DOCUMENT, BINARY, "application/vnd.ms-powerpoint application/mspowerpoint", "ppt pps pot ppa") \
    row(VISIO, "visio", DOCUMENT, BINARY, "application/vnd.visio application/x-visio", "vsd vst vss") \
    row(PUBLISHER, "publisher", DOCUMENT, BINARY, "application/x-mspublisher application/vnd.ms-publisher", "pub") \
    row(PROJECT, "project", DOCUMENT, BINARY, "application/vnd.ms-project", "mpp") \
    row(LOCKED_OFFICE, "locked-office", DOCUMENT, BINARY, "", "") \
    row(MSG, "msg", MAIL, BINARY, "application/vnd.ms-outlook", "msg oft") \
    row(DOCX, "docx", DOCUMENT, BINARY, "application/vnd.openxmlformats-officedocument.wordprocessingml.document " \
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template application/vnd.ms-word.document.macroenabled.12 " \
        "application/vnd.ms-word.template.macroenabled.12 application/msword", "docx dotx docm dotm doc dot") \
    row(XLSX, "xlsx", DOCUMENT, BINARY, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet " \
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template application/vnd.ms-excel.sheet.macroenabled.12 " \
        "application/vnd.ms-excel.template.macroenabled.12 application/vnd.ms-excel.addin.macroenabled.12 " \
        "application/vnd.ms-excel.sheet.binary.macroenabled.12 application/vnd.ms-excel", "xlsx xltx xlsm xltm xlam xlsb xls") \
    row(PPTX, "pptx", DOCUMENT, BINARY, "application/vnd.openxmlformats-officedocument.presentationml.presentation " \
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow application/vnd.openxmlformats-officedocument.presentationml.template " \
        "application/vnd.ms-powerpoint.presentation.macroenabled.12 application/vnd.ms-powerpoint.slideshow.macroenabled.12 " \
        "application/vnd.ms-powerpoint.template.macroenabled.12 application/vnd.ms-powerpoint.addin.macroenabled.12 application/vnd.ms-powerpoint", \
        "pptx ppsx potx pptm ppsm potm ppam sldx sldm ppt pps thmx") \
    row(OOXML, "ooxml", DOCUMENT, BINARY, "application/vnd.ms-visio.drawing", "vsdx vssx vstx vsdm vssm vstm xps oxps dwfx 3mf") \
    row(ODF, "odf", DOCUMENT, BINARY, "application/vnd.oasis.opendocument.text application/vnd.oasis.opendocument.spreadsheet " \
        "application/vnd.oasis.opendocument.presentation application/vnd.oasis.opendocument.graphics application/vnd.sun.xml.writer " \
        "application/vnd.sun.xml.calc application/vnd.sun.xml.impress", "odt ods odp odg odf odb ott ots otp otg sxw sxc sxi") \
    row(EPUB, "epub", DOCUMENT, BINARY, "application/epub+zip", "epub") \
    row(PDF, "pdf", DOCUMENT, BINARY, "application/pdf application/x-pdf application/acrobat", "pdf ai fdf") \
    row(POSTSCRIPT, "postscript", DOCUMENT, READABLE, "application/postscript", "ps eps ai") \
    row(RTF, "rtf", DOCUMENT, READABLE, "application/rtf text/rtf application/msword text/richtext", "rtf doc") \
    row(ONENOTE, "onenote", DOCUMENT, BINARY, "application/onenote application/msonenote", "one onetoc2 onepkg") \
    row(OFFICE_XML, "office-xml", DOCUMENT, READABLE, "application/msword application/vnd.ms-excel text/xml application/xml", "xml doc xls") \
    row(SYLK, "sylk", DOCUMENT, READABLE, "", "slk") \
    row(BIFF, "biff", DOCUMENT, BINARY, "application/vnd.ms-excel", "xls xlm xlw xla") \
    row(ACCESS, "access", DOCUMENT, BINARY, "application/x-msaccess application/msaccess", "mdb accdb mde accde ade adp mda") \
    row(WORDPERFECT, "wordperfect", DOCUMENT, BINARY, "application/vnd.wordperfect application/wordperfect5.1", "wpd wp wp5 wpg") \
    row(DJVU, "djvu", DOCUMENT, BINARY, "image/vnd.djvu", "djvu djv") \
    row(SQLITE, "sqlite", DOCUMENT, BINARY, "application/vnd.sqlite3", "sqlite db") \
    row(HTML, "html", DOCUMENT, READABLE, "text/html application/xhtml+xml", "html htm shtml xhtml xht mht mhtml asp") \
    row(FLASH, "flash", VIDEO, BINARY, "application/x-shockwave-flash", "swf") \
    /* images, sound, fonts */ \
    row(PNG, "png", IMAGE, BINARY, "image/png image/x-png", "png") \
    row(GIF, "gif", IMAGE, BINARY, "image/gif", "gif") \
    row(JPEG, "jpeg", IMAGE, BINARY, "image/jpeg image/jpg image/pjpeg", "jpg jpeg jpe jfif") \
    row(BMP, "bmp", IMAGE, BINARY, "image/bmp image/x-ms-bmp image/x-bmp", "bmp dib") \
    row(TIFF, "tiff", IMAGE, BINARY, "image/tiff", "tif tiff nef cr2 dng arw") \
    row(WEBP, "webp", IMAGE, BINARY, "image/webp", "webp") \
    row(ICON, "icon", IMAGE, BINARY, "image/x-icon image/vnd.microsoft.icon", "ico cur") \
    row(HEIF, "heif", IMAGE, BINARY, "image/heic image/heif image/avif", "heic heif avif") \
    row(JPEG2000, "jpeg2000", IMAGE, BINARY, "image/jp2", "jp2 j2k jpf") \
    row(PSD, "psd", IMAGE, BINARY, "image/vnd.adobe.photoshop", "psd psb") \
    row(WMF, "wmf", IMAGE, BINARY, "image/wmf image/x-wmf application/x-msmetafile", "wmf") \
    row(EMF, "emf", IMAGE, BINARY, "image/emf image/x-emf", "emf") \
    row(SVG, "svg", IMAGE, READABLE, "image/svg+xml", "svg") \
    row(WAVE, "wave", AUDIO, BINARY, "audio/wav audio/x-wav audio/wave audio/vnd.wave", "wav") \
    row(MP3, "mp3", AUDIO, BINARY, "audio/mpeg audio/mp3", "mp3 mp2") \
    row(OGG, "ogg", AUDIO, BINARY, "audio/ogg application/ogg video/ogg", "ogg oga ogv opus") \
    row(FLAC, "flac", AUDIO, BINARY, "audio/flac audio/x-flac", "flac") \
    row(MIDI, "midi", AUDIO, BINARY, "audio/midi audio/x-midi", "mid midi") \
    row(AMR, "amr", AUDIO, BINARY, "audio/amr", "amr") \
    row(AU, "au", AUDIO, BINARY, "audio/basic", "au snd") \
    row(AIFF, "aiff", AUDIO, BINARY, "audio/aiff audio/x-aiff", "aif aiff aifc") \
    row(MP4, "mp4", VIDEO, BINARY, "video/mp4 audio/mp4 audio/x-m4a video/quicktime video/3gpp", "mp4 m4a m4v mov qt 3gp 3g2") \
    row(AVI, "avi", VIDEO, BINARY, "video/avi video/x-msvideo", "avi") \
    row(ASF, "asf", VIDEO, BINARY, "video/x-ms-wmv video/x-ms-asf audio/x-ms-wma", "wmv wma asf") \
    row(MPEG, "mpeg", VIDEO, BINARY, "video/mpeg", "mpg mpeg mpe vob") \
    row(MATROSKA, "matroska", VIDEO, BINARY, "video/x-matroska video/webm audio/webm", "mkv webm mka") \
    row(FLV, "flv", VIDEO, BINARY, "video/x-flv", "flv") \
    row(TRUETYPE, "truetype", FONT, BINARY, "font/ttf application/x-font-ttf font/collection", "ttf ttc") \
    row(OPENTYPE, "opentype", FONT, BINARY, "font/otf application/vnd.ms-opentype", "otf") \
    row(WOFF, "woff", FONT, BINARY, "font/woff font/woff2 application/font-woff", "woff woff2") \
    /* text */ \
    row(SHELL, "interpreted", SOURCE, READABLE, "application/x-sh text/x-sh text/x-shellscript text/x-python text/x-perl text/x-script", "sh py pl rb bash ksh csh") \
    row(PHP, "php", SOURCE, READABLE, "application/x-php application/x-httpd-php", "php phtml php3") \
    row(BATCH_TEXT, "batch-text", SOURCE, READABLE, "application/x-bat", "") \
    row(XML, "xml", TEXT, READABLE, "text/xml application/xml", "xml xsl xsd rss rels kml gpx") \
    row(VCARD, "vcard", TEXT, READABLE, "text/vcard text/x-vcard text/directory", "vcf") \
    row(CALENDAR, "calendar", TEXT, READABLE, "text/calendar", "ics vcs ifb") \
    row(PLAIN, "text", TEXT, READABLE, "text/plain text/csv application/json", "txt text log csv tsv asc json md ini conf cfg c h cpp java css diff patch tex") \
    row(EML, "mail", MAIL, READABLE, "message/rfc822 message/global text/rfc822-headers", "eml mbox mht mhtml") \
    row(CMS, "cms", CRYPTO, BINARY, "application/pkcs7-mime application/x-pkcs7-mime application/pkcs7-signature application/x-pkcs7-signature", "p7m p7s p7c p7z") \
    row(PGP, "pgp", CRYPTO, BINARY, "application/pgp-encrypted application/pgp", "pgp gpg") \
    row(PGP_ARMOR, "pgp-armor", CRYPTO, READABLE, "application/pgp-signature application/pgp-keys application/pgp-encrypted application/pgp", "asc pgp gpg sig key") \
    row(PEM, "pem", CRYPTO, READABLE, "application/x-pem-file application/x-x509-ca-cert", "pem crt cer key csr p7b")
/* clang-format on */

#endif
