require "bunny"

queue = Bunny.new(ENV.fetch("AMQP_URL")).start.create_channel.queue("mails")
queue.subscribe(block: true) { |_, _, body| puts body }
