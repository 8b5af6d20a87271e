-- No process is made twice, however late a request for it arrives.
CREATE UNIQUE INDEX process_birth ON pm.process (birth);
