#!/usr/bin/perl
# MIME::Parser of MIME::tools (amavisd, MIMEDefang): output as in python_email.py.
use strict;
use warnings;
use Encode qw(encode_utf8 is_utf8);
use MIME::Base64 qw(encode_base64);
use MIME::Parser;

sub field {
    my $text = shift // '';
    return encode_base64(is_utf8($text) ? encode_utf8($text) : $text, '');
}

sub leaves {
    my $entity = shift;
    my @parts  = $entity->parts;
    return map { leaves($_) } @parts if @parts;
    my $body = $entity->bodyhandle or return;
    my $name = eval { $entity->head->recommended_filename };
    return join ',', map { field($_) } $entity->mime_type, $name, $body->as_string;
}

$SIG{__WARN__} = sub { };
$| = 1;
while (my $path = <STDIN>) {
    chomp $path;
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    $parser->extract_uuencode(1);
    my $entity = eval { $parser->parse_open($path) };
    print join(' ', $entity ? leaves($entity) : ()), "\n";
}
