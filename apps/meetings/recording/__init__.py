"""What becomes of a recorded meeting: packets on disk in, one film out. Pure: knows neither Django nor the network.

The media server lays down every track as it came (`shelf`); nothing of what people send is taken apart there. Here packets are put in
order (`order`), pictures are put together of them (`pictures`), what is shown when follows from who spoke and who shared
(`course`), sound is mixed (`sound`), names are drawn (`plates`), and `film` writes H.264 and AAC in MP4, which every browser plays.
All of that runs in a child (`child`) with limits of memory and time and without a network: the packets come from outside.
"""
