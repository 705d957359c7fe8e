"""Django REST framework with djoser as its documentation sets it up: users with a first name, JWT, psycopg."""

import os
import sys

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

address, name = os.environ["PEER_DATABASE"].rsplit("/", 1)
host, port = address.rsplit("@", 1)[1].split(":")
settings.configure(
    SECRET_KEY=os.environ["PEER_SECRET"],
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "djoser"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": name, "HOST": host, "PORT": port, "USER": "postgres",
        "CONN_MAX_AGE": None}},
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
    DJOSER={"SERIALIZERS": {"current_user": "__main__.Person" if __name__ == "__main__" else "djoser_peer.Person"}},
    SIMPLE_JWT={"AUTH_HEADER_TYPES": ("Bearer",)},
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from djoser.serializers import UserSerializer  # noqa: E402


class Person(UserSerializer):
    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "first_name")


urlpatterns = [path("auth/", include("djoser.urls"))]
application = get_wsgi_application()

if __name__ == "__main__":
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    User.objects.bulk_create(
        User(id=n + 1, username=f"m{n}", email=f"m{n}@example.test", password="!", first_name="Mira")
        for n in range(int(sys.argv[1])))
