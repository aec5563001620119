-- Jobs that may have arrived without anybody knowing: before their file is sent for another job, they are asked about.

CREATE INDEX jobs_in_doubt ON jobs (account, source) WHERE instr(course, '"doubtful":true') > 0;
