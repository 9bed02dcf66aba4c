"""Addresses of identity. The names of allauth's own pages are global, as allauth asks for them."""

from allauth.account import views as allauth_account
from django.urls import URLPattern, URLResolver, include, path

from . import account, external, people, provider, sign_in

_own = [
    path("sign-in/help/", sign_in.help_page, name="sign-in-help"),
    path("sign-in/resume/", sign_in.resume, name="resume"),
    path("sign-in/lock/", sign_in.lock, name="lock"),
    path("account/here/", sign_in.here, name="here"),
    path("sign-in/psc/", external.start, name="psc"),
    path("sign-in/psc/callback/", external.callback, name="psc-callback"),
    path("sign-in/psc/activity/", external.choose_activity, name="psc-activity"),
    path("account/", account.account, name="account"),
    path("account/second-factor/", account.second_factor, name="second-factor"),
    path("account/practice/", account.choose_practice, name="choose-practice"),
    path("account/devices/<int:session_id>/end/", account.end_device, name="end-device"),
    path("emergency-access/", account.emergency, name="emergency"),
    path("emergency-access/close/", account.end_emergency, name="end-emergency"),
    path("practice/people/", people.people, name="people"),
    path("practice/people/new/", people.new_person, name="new-person"),
    path("practice/people/<uuid:user_id>/roles/", people.person_roles, name="person-roles"),
    path("practice/people/<uuid:user_id>/password/", people.new_password, name="new-password"),
    path("practice/people/<uuid:user_id>/<slug:action>/", people.act_on_person, name="act-on-person"),
    path("practice/break-glass/", people.emergencies, name="emergencies"),
    path("practice/break-glass/<uuid:emergency_id>/review/", people.review, name="review-emergency"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_own, "identity"))),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-out/", allauth_account.logout, name="account_logout"),
    path("sign-in/inactive/", allauth_account.account_inactive, name="account_inactive"),
    path("account/confirm/", sign_in.Confirm.as_view(), name="account_reauthenticate"),
    path("account/password/", allauth_account.password_change, name="account_change_password"),
    path("account/factors/", include("allauth.mfa.urls")),
    path("identity/o/api/token", provider.token, name="provider-token"),
    path("", include("allauth.idp.urls")),
]
