<?php
// WordPress and Contact Form 7, as far as the plugin calls them: hooks, one form, its submission and its mail.

define('FRAUDCHECK_URL', getenv('FRAUDCHECK_URL'));
define('FRAUDCHECK_KEY', getenv('FRAUDCHECK_KEY'));
define('FRAUDCHECK_SITE_KEY', getenv('FRAUDCHECK_SITE_KEY'));
define('FRAUDCHECK_BLOCK', getenv('FRAUDCHECK_BLOCK') === 'true');

$hooks = [];

function add_filter($name, $call, $priority = 10, $arguments = 1)
{
    $GLOBALS['hooks'][$name][] = [$call, $arguments];
}

function add_action($name, $call, $priority = 10, $arguments = 1)
{
    add_filter($name, $call, $priority, $arguments);
}

function apply_filters($name, $value)
{
    foreach ($GLOBALS['hooks'][$name] ?? [] as [$call]) {
        $value = $call($value);
    }
    return $value;
}

function do_action_ref_array($name, $given)
{
    foreach ($GLOBALS['hooks'][$name] ?? [] as [$call, $arguments]) {
        $call(...array_slice($given, 0, $arguments));
    }
}

function __return_true()
{
    return true;
}

function wp_unslash($value)
{
    return is_string($value) ? stripslashes($value) : $value;
}

function wp_json_encode($value)
{
    return json_encode($value);
}

function wp_print_script_tag($attributes)
{
    echo '<script';
    foreach ($attributes as $name => $value) {
        echo $value === true ? " $name" : " $name=\"$value\"";
    }
    echo "></script>\n";
}

class WP_Error
{
}

function wp_remote_post($url, $told)
{
    $call = curl_init($url);
    curl_setopt_array($call, [
        CURLOPT_POSTFIELDS => $told['body'],
        CURLOPT_HTTPHEADER => array_map(fn ($name) => "$name: {$told['headers'][$name]}", array_keys($told['headers'])),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => $told['timeout'],
    ]);
    $body = curl_exec($call);
    return $body === false ? new WP_Error() : ['body' => $body];
}

function wp_remote_retrieve_body($answer)
{
    return $answer instanceof WP_Error ? '' : $answer['body'];
}

class Form
{
    public $properties = ['mail' => ['subject' => 'A lead', 'body' => 'From [your-name]'], 'mail_2' => ['subject' => 'Thanks', 'body' => 'Hello']];

    public function prop($name)
    {
        return $this->properties[$name];
    }

    public function set_properties($properties)
    {
        $this->properties = array_merge($this->properties, $properties);
    }
}

class Submission
{
    public function get_posted_data()
    {
        return array_filter($_POST, fn ($name) => $name[0] !== '_', ARRAY_FILTER_USE_KEY);
    }

    public function get_meta($name)
    {
        return ['remote_ip' => $_SERVER['REMOTE_ADDR'], 'url' => $_SERVER['HTTP_REFERER'] ?? 'http://example.test'][$name];
    }
}

require dirname(__DIR__, 2) . '/examples/wordpress/fraudcheck.php';

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    // WordPress adds slashes to what came, whatever PHP did.
    $_SERVER = array_map(fn ($value) => is_string($value) ? addslashes($value) : $value, $_SERVER);
    [$form, $abort] = [new Form(), false];
    do_action_ref_array('wpcf7_before_send_mail', [$form, &$abort, new Submission()]);
    if (!$abort) {
        $sent = apply_filters('wpcf7_skip_mail', false) ? [] : $form->properties;
        file_put_contents(getenv('LEADS'), json_encode($sent) . "\n", FILE_APPEND);
    }
    header('Content-Type: application/json');
    echo json_encode(['status' => $abort ? 'aborted' : 'mail_sent', 'message' => 'Thank you for your message. It has been sent.']);
    exit;
}
echo '<form method="post"';
foreach (apply_filters('wpcf7_form_additional_atts', []) as $name => $value) {
    echo " $name=\"$value\"";
}
echo '><input name="your-name"><input name="your-email"><input name="your-phone"><textarea name="your-message"></textarea><button>Send</button></form>';
do_action_ref_array('wp_footer', []);
