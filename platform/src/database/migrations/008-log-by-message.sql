-- "Did it arrive?" is asked by the sender's id of a message, whoever it was of.
CREATE INDEX log_by_message ON events.log (message_id);
