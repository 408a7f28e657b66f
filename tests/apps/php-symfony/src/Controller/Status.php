<?php

namespace App\Controller;

class Status
{
    #[Route('/health', methods: ['GET'])]
    public function health(): Response
    {
        return new Response($_ENV['GREETING'] ?? 'hello');
    }
}
