<?php
// How does a form in plain PHP ask fraudcheck before it thanks the visitor? Needs PHP 8 with curl.
// To try it: php -S 127.0.0.1:8000 in this folder.

$service = getenv('FRAUDCHECK_URL') ?: 'http://127.0.0.1:8080';
$key = getenv('FRAUDCHECK_KEY') ?: ''; // a secret: it stays on your server
$siteKey = getenv('FRAUDCHECK_SITE_KEY') ?: ''; // public: it stands in the page
$leads = getenv('LEADS') ?: dirname(__DIR__) . '/leads.ndjson'; // in the place of your database; never where it can be fetched

/** The verdict on a lead; an empty one where there is none within a second: then a person decides. */
function judge(string $service, string $key, array $lead): array
{
    $call = curl_init("$service/v1/checks");
    curl_setopt_array($call, [
        CURLOPT_POSTFIELDS => json_encode($lead, JSON_INVALID_UTF8_SUBSTITUTE),
        CURLOPT_HTTPHEADER => ['Content-Type: application/json', "Authorization: Bearer $key"],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT_MS => 1000,
    ]);
    $answer = curl_exec($call);
    $verdict = curl_getinfo($call, CURLINFO_RESPONSE_CODE) === 200 ? json_decode($answer, true) : null;
    return is_array($verdict) ? $verdict : [];
}

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $contact = [];
    foreach (['name', 'email', 'phone', 'message'] as $name) {
        $contact[$name] = $_POST[$name] ?? null;
    }
    $scheme = empty($_SERVER['HTTPS']) ? 'http' : 'https';
    $verdict = judge($service, $key, $contact + [
        'source' => ['vendor' => 'website'],
        'client' => [
            'ip' => $_SERVER['REMOTE_ADDR'], // behind proxies: mod_remoteip of Apache, real_ip of nginx set it
            'user_agent' => $_SERVER['HTTP_USER_AGENT'] ?? null,
            'accept_language' => $_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? null,
            'page_url' => "$scheme://{$_SERVER['HTTP_HOST']}{$_SERVER['REQUEST_URI']}",
        ],
        'form' => ['token' => $_POST['fraudcheck'] ?? null], // what form.js put into the form
    ]);
    $kept = $contact + ['check_id' => $verdict['check_id'] ?? null, 'decision' => $verdict['decision'] ?? 'review'];
    file_put_contents($leads, json_encode($kept, JSON_INVALID_UTF8_SUBSTITUTE) . "\n", FILE_APPEND | LOCK_EX);
    header('Location: thanks.html', true, 303); // the same for every verdict: a bot must not learn from it
    exit;
}
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Contact</title>
<script src="<?= htmlspecialchars($service) ?>/form.js" data-site="<?= htmlspecialchars($siteKey) ?>" async></script>
<form method="post" data-fraudcheck>
  <p><label>Name <input name="name" autocomplete="name"></label></p>
  <p><label>Mail <input name="email" type="email" autocomplete="email" required></label></p>
  <p><label>Phone <input name="phone" type="tel" autocomplete="tel"></label></p>
  <p><label>Message <textarea name="message"></textarea></label></p>
  <p><button>Send</button></p>
</form>
