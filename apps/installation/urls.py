"""Addresses of the first set-up."""

from django.urls import path

from apps.installation.views import begin, channels, steps

app_name = "installation"
urlpatterns = [
    path("setup/begin/<str:token>/", begin.begin, name="begin"),
    path("setup/", begin.resume, name="resume"),
    path("setup/organ/", steps.organ, name="organ"),
    path("setup/administrators/", steps.administrators, name="administrators"),
    path("setup/administrators/words/", steps.administrator_words, name="administrator_words"),
    path("setup/people/", steps.people, name="people"),
    path("setup/people/template/", steps.people_template, name="people_template"),
    path("setup/people/import/", steps.people_import, name="people_import"),
    path("setup/people/passwords/", steps.people_passwords, name="people_passwords"),
    path("setup/groundwork/", steps.groundwork, name="groundwork"),
    path("setup/channels/", channels.channels, name="channels"),
    path("setup/checklist/", steps.checklist, name="checklist"),
]
