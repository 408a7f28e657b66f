package com.example.mailer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.kafka.annotation.KafkaListener;

@SpringBootApplication
public class MailerApplication {
    public static void main(String[] args) {
        SpringApplication.run(MailerApplication.class, args);
    }

    @KafkaListener(topics = "mails", groupId = "mailer")
    public void send(String mail) {
        System.out.println("sending " + mail);
    }
}
