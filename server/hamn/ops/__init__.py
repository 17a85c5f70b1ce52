"""The operator's hand: demo, check, enrolment by command line, purge."""
