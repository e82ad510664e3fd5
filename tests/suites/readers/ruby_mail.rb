# The mail gem (Rails, Discourse, GitLab): output as in python_email.py. An attached message is opened.
require 'base64'
require 'mail'

def field(text)
  Base64.strict_encode64(text.to_s.b)
end

def leaves(part)
  return part.parts.flat_map { |child| leaves(child) } if part.multipart? && !part.parts.empty?
  type = (part.mime_type || 'text/plain').to_s
  body = part.body.decoded
  return leaves(Mail.new(body.b)) if type.downcase == 'message/rfc822' && !body.empty?
  name = begin part.filename rescue nil end
  [[type, name, body].map { |text| field(text) }.join(',')]
end

$stderr.reopen(File::NULL)
$stdout.sync = true
$stdin.each_line do |path|
  found = begin leaves(Mail.new(File.binread(path.chomp))) rescue [] end
  puts found.join(' ')
end
