-- A job that was sent again in doubt is as doubtful as the attempt before.

DROP INDEX jobs_in_doubt;
CREATE INDEX jobs_in_doubt ON jobs (account, source)
    WHERE instr(course, '"doubtful":true') > 0 OR instr(course, '"sent_in_doubt":true') > 0;
