"""Addresses of the files app."""

from django.urls import path

from apps.files import views

app_name = "files"
urlpatterns = [
    path("files/watermark.svg", views.watermark, name="watermark"),
    path("files/<int:file_id>/", views.download, name="download"),
    path("files/<int:file_id>/view/", views.viewer, name="viewer"),
    path("files/<int:file_id>/sound/", views.sound, name="sound"),
    path("files/<int:file_id>/film/", views.film, name="film"),
    path("files/<int:file_id>/print/", views.print_sheet, name="print"),
    path("files/<int:file_id>/pages/<int:number>.png", views.page, name="page"),
    path("files/<int:file_id>/pages/<int:number>/marked.png", views.page_marked, name="page_marked"),
]
