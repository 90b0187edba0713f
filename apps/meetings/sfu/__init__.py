"""The embedded media server: a process of its own that forwards encrypted media between browsers. Knows no Django.

Browsers speak ICE, DTLS and SRTP to it over one port (UDP, and TCP where UDP is blocked); Django speaks to it in lines of JSON.
Nothing is transcoded: pictures go in VP8 or H.264, whichever most of those present decode (`codecs`).
"""
