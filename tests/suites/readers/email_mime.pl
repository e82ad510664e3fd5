#!/usr/bin/perl
# Email::MIME: output as in python_email.py. An attached message is opened, as a mail program does.
use strict;
use warnings;
use Email::MIME;
use Encode qw(encode_utf8 is_utf8);
use MIME::Base64 qw(encode_base64);

sub field {
    my $text = shift // '';
    return encode_base64(is_utf8($text) ? encode_utf8($text) : $text, '');
}

sub leaves {
    my $part  = shift;
    my @parts = $part->subparts;
    return map { leaves($_) } @parts if @parts;
    my ($type) = split /;/, $part->content_type // 'text/plain';
    my $body = eval { $part->body } // '';
    return leaves(Email::MIME->new($body)) if $type =~ m{^\s*message/rfc822}i && $body ne '';
    my $name = eval { $part->filename };
    return join ',', map { field($_) } $type, $name, $body;
}

$SIG{__WARN__} = sub { };
$| = 1;
while (my $path = <STDIN>) {
    chomp $path;
    open my $file, '<:raw', $path or die "$path: $!";
    my $octets = do { local $/; <$file> } // '';
    my @leaves = eval { leaves(Email::MIME->new($octets)) };
    print join(' ', @leaves), "\n";
}
