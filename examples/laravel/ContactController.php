<?php

// How does a Laravel form ask fraudcheck before it thanks the visitor?
//
// app/Http/Controllers/ContactController.php, with the two views in resources/views/, and beside them:
//   routes/web.php        Route::get('/contact', [ContactController::class, 'show']);
//                         Route::post('/contact', [ContactController::class, 'send']);
//                         Route::view('/thanks', 'thanks');
//   config/services.php   'fraudcheck' => ['url' => env('FRAUDCHECK_URL'), 'key' => env('FRAUDCHECK_KEY'),
//                                          'site_key' => env('FRAUDCHECK_SITE_KEY')],
//   the table of leads    name, email, phone, message, check_id, decision: all may be null but the last

namespace App\Http\Controllers;

use App\Models\Lead;
use Illuminate\Http\Client\HttpClientException;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Http;

class ContactController
{
    public function show()
    {
        return view('contact', config('services.fraudcheck'));
    }

    public function send(Request $request)
    {
        $contact = $request->only(['name', 'email', 'phone', 'message']);
        $verdict = $this->judge($contact + [
            'source' => ['vendor' => 'website'],
            'client' => [
                'ip' => $request->ip(), // behind proxies: trustProxies in bootstrap/app.php
                'user_agent' => $request->userAgent(),
                'accept_language' => $request->header('Accept-Language'),
                'page_url' => $request->fullUrl(),
            ],
            'form' => ['token' => $request->input('fraudcheck')], // what form.js put into the form
        ]);
        Lead::create($contact + [
            'check_id' => $verdict['check_id'] ?? null,
            'decision' => $verdict['decision'] ?? 'review',
        ]);

        return redirect('/thanks', 303); // the same for every verdict: a bot must not learn from it
    }

    /** The verdict on a lead; an empty one where there is none within a second: then a person decides. */
    private function judge(array $lead): array
    {
        try {
            return Http::withToken((string) config('services.fraudcheck.key'))
                ->connectTimeout(1)
                ->timeout(1)
                ->post(config('services.fraudcheck.url') . '/v1/checks', $lead)
                ->throw()
                ->collect()
                ->all();
        } catch (HttpClientException) {
            return [];
        }
    }
}
