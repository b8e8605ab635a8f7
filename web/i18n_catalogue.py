"""The texts of the TypeScript modules: English is the key, the page embeds what its language says differently."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

# A test holds this list against every t("...") of the modules; makemessages finds the texts through `_`.


def _(text: str) -> str:
    return text


TEXTS: Final = (
    _("{name} is looking at this too"),
    _("{names} are looking at this too"),
    _("Add a line"),
    _("Back, or clear what is picked"),
    _("Choose"),
    _("claimed by {name}"),
    _("Decrease"),
    _("done"),
    _("Draft kept on this device only."),
    _("Draft saved {time}"),
    _("Enter a number."),
    _("Enter a phone number with its country code, such as +86 138 0000 0000."),
    _("Enter a whole number."),
    _("Enter an e-mail address, such as name@example.com."),
    _("Enter at least {n} characters."),
    _("Enter at most {n} characters."),
    _("Enter {n} or less."),
    _("Enter {n} or more."),
    _("Everywhere"),
    _("Messages are not possible in this browser, or only over https."),
    _("This browser blocks messages of Baton. Allow them in its settings for this site, then load the page again."),
    _("This was not allowed. You can try again."),
    _("The push service of this browser cannot be reached. Try again later."),
    _("Fill in this field."),
    _("Go to"),
    _("In a list"),
    _("Increase"),
    _("It could not be undone."),
    _("Larger"),
    _("Live"),
    _("Next"),
    _("Next row"),
    _("no longer in this list"),
    _("Not sent: the server cannot be reached. Your text is kept; try again."),
    _("Nothing found"),
    _("Offline, showing {time}"),
    _("On this page"),
    _("Open the row"),
    _("Pick downwards"),
    _("Pick the row"),
    _("Pick upwards"),
    _("Previous"),
    _("Previous row"),
    _("Reconnecting"),
    _("Remove"),
    _("Remove line {n}"),
    _("Skip to search"),
    _("Year"),
    _("Month"),
    _("Search"),
    _("Search everything for “{words}”"),
    _("Search or do anything"),
    _("Show this list"),
    _("Sign in"),
    _("Signed out"),
    _("Signed out: the draft is kept on this device."),
    _("Smaller"),
    _("Someone changed this while you had it open. Look at the current state first."),
    _("Something broke on the server. Your text is kept; try again in a moment."),
    _("still to come"),
    _("stopped by an error"),
    _("The diagram could not be drawn. The steps are in the list."),
    _("The server did not accept this. Check what you entered."),
    _("This does not have the form that is expected here."),
    _("This is too large to send. Choose a smaller file."),
    _("This no longer exists. Go back to the list."),
    _("This step is not allowed. Nearest: {n}."),
    _("Too many requests. Wait a minute and try again."),
    _("Undone"),
    _("Done"),
    _("Close"),
    _("Not everything was sent"),
    _("{n} not done, still selected"),
    _("{n} done"),
    _("{n} of {m}"),
    _("It could not be finished now; it goes on by itself."),
    _("People"),
    _("Remove {name}"),
    _("Use at most {n} digits after the point."),
    _("Whole diagram"),
    _("You are here"),
    _("you are here"),
    _("You are signed out. Your text is kept; sign in again to go on."),
    _("You may not do this. Ask the owner or your manager."),
    _("Your text from {time} is back"),
    _("{n} new"),
    _("{n} results"),
    _("{n} selected"),
)


def catalogue() -> dict[str, str]:
    """Text by English text in the language of the request, only where the two differ."""
    translated = ((text, gettext(text)) for text in TEXTS)
    return {text: said for text, said in translated if said != text}
