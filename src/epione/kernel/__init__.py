"""What every module stands on: crypto, storage, jobs, events, clock, errors, HTTP and the page kit."""
