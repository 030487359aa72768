"""The watch (canh chừng): asks the service whether it lives, and rings people when it does not.

It imports the standard library and nothing else, not even the rest of this project, so that it runs
where nothing is installed: copy this folder and start `python3 -m watch` beside it (Python 3.11 or
newer). Hence the relative imports. Whatever fails at the service must not be able to fail here.

    settings    from the environment
    asking      the question over HTTP                 (edge)
    judging     what is wrong                          (pure)
    telling     what is to be said now, and to whom    (pure)
    notice      the words of an alarm                  (pure)
    ways        webhook, GSM modem, ringing            (edge)
    memory      what must outlive a restart            (edge)
    pages       answers to reporters in the meantime   (edge)
    watcher     threads that put these together
"""
