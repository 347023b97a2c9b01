<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Thank you</title>
<p>Thank you. We will be in touch.</p>
