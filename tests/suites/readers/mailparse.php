<?php
// PECL mailparse (Horde, php-mime-mail-parser): output as in python_email.py.
error_reporting(0);

function leaves($mail, $octets)
{
    $found = [];
    $sections = mailparse_msg_get_structure($mail);
    foreach ($sections as $section) {
        if (preg_grep('/^' . preg_quote($section . '.', '/') . '/', $sections)) {
            continue;
        }
        $part = mailparse_msg_get_part($mail, $section);
        $about = mailparse_msg_get_part_data($part);
        ob_start();
        mailparse_msg_extract_part($part, $octets);
        $name = $about['disposition-filename'] ?? $about['content-name'] ?? '';
        $found[] = implode(',', array_map('base64_encode', [$about['content-type'] ?? '', $name, ob_get_clean()]));
    }
    return $found;
}

while (($path = fgets(STDIN)) !== false) {
    $octets = file_get_contents(rtrim($path, "\n"));
    $mail = mailparse_msg_create();
    $found = mailparse_msg_parse($mail, $octets) ? leaves($mail, $octets) : [];
    mailparse_msg_free($mail);
    echo implode(' ', $found), "\n";
}
