"""办会: from the request to the decision that is followed up (domain.md §8).

Nouns: `MeetingRoom`, `Booking`; `Meeting` with `Invitation` (an organ with its quota, or a person), `Attendee` (somebody
expected, in the states of §8.3), `AgendaItem`, `SeatAssignment`, `AgreedMatter`, `MeetingLog` (append-only),
`CalendarFeed`, `DoorDisplay`, `MaterialShowing`; `AgendaCall` with `CalledUnit` and `AgendaProposal` (议题征集; its table is
`collecting`, pure).
Verbs (`services`): `booking_make|confirm|decide|change|name_show|cancel`, `bookings_release`; `display_make|drop` (门牌屏);
`meeting_request|amend|withdraw|approve|return|issue`,
`meeting_change|cancel|begin|end`,
`organ_succeed`, `invitation_read`, `slip_give`, `leave_decide`, `units_urge`; agenda, check-in, seats, record,
agreed matters, `minutes_draft`, `notice_draft|follow`, `feed_make`; `agenda_call_open|change|close|reopen|urge|place`,
`call_organ_succeed`, `nothing_say`,
`proposal_add|save|submit|sign|return|withdraw|accept|defer|reconsider|move|drop`;
`showing_start|turn|hand|take|stop` (同步翻页), `meeting_pack` (会议档案).
In a video (`services/video`, `guests`, `staying`, `standing_in`) hosts keep order; when none is inside their deputy does (代行主持).
`VideoRecording` (会议录制): `recording_start|stop|answer|resume|audience|retry|remove`, `recordings_watch|compose|expire`.
Nobody is recorded before saying yes: the media server (`sfu`) lays down the packets of who has agreed, `recording` (pure) makes a
film of them in a child process. Who attends throughout may watch; `RecordingTerms` says for how long an organ keeps them.

A booking cannot overlap another one of its room, its buffers included: an exclusion constraint of PostgreSQL keeps it so, the service
only says it in words and offers what is free (`openings`, pure). Meetings and attendees move by tables (`lifecycle`, `attendance`,
pure), seats are given by `seating` (pure, §8.4), common free time by `finding` (pure; `core.diary` says who is busy, never why),
door codes are `door` (signed, short-lived).

Notices and reply slips are announcements of `notifications`: a slip given here or on the announcement's page is the same slip.

Slots offered: `meetings.detail.matters` (the agreed matters' items), `meetings.detail.video` (a place for the video conference).
Slots filled: `portal.desk.aside` (今日日程). Calendars: meetings, duty, supervision, affairs and workflow register
in `core.diary`. A request is approved by a procedure of workflow (`procedures`): it stands in 待办 like every other.
"""
