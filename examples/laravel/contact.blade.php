<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Contact</title>
<script src="{{ $url }}/form.js" data-site="{{ $site_key }}" async></script>
<form method="post" data-fraudcheck>
  @csrf
  <p><label>Name <input name="name" autocomplete="name"></label></p>
  <p><label>Mail <input name="email" type="email" autocomplete="email" required></label></p>
  <p><label>Phone <input name="phone" type="tel" autocomplete="tel"></label></p>
  <p><label>Message <textarea name="message"></textarea></label></p>
  <p><button>Send</button></p>
</form>
